// What else than words can be sent: a picture, a file, a place; and the drawer that offers them.

const byId = (id) => document.getElementById(id);

export class Means {
  // `submit(item, file)` sends, `caption()` takes the words out of the box.
  constructor({ words, submit, caption }) {
    Object.assign(this, { words, submit, caption });
    this.drawer = byId("means");
    this.more = byId("more");
    this.dialog = byId("place-dialog");
    this.listenToDrawer();
    this.listenToFiles();
    this.listenToPlace();
  }

  open(isOpen) {
    const hadFocus = this.drawer.contains(document.activeElement);
    this.drawer.hidden = !isOpen;
    this.drawer.classList.remove("only-wanted");
    this.more.setAttribute("aria-expanded", String(isOpen));
    if (hadFocus && !isOpen) this.more.focus();
  }

  // The bot asks for a picture or a place: only that is offered, in one row; and taken away when it is no longer asked for.
  offer(isWanted) {
    if (isWanted) this.open(true);
    else if (this.isOffering) this.open(false);
    this.drawer.classList.toggle("only-wanted", isWanted);
  }

  get isOffering() {
    return this.drawer.classList.contains("only-wanted");
  }

  listenToDrawer() {
    this.more.addEventListener("click", () => this.open(this.drawer.hidden || this.isOffering));
    this.more.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.drawer.hidden) return;
      this.open(false);
      this.more.focus();
    });
  }

  listenToFiles() {
    for (const kind of ["camera", "file"]) {
      const input = byId(`${kind}-input`);
      byId(kind).addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        this.sendFiles([...input.files]);
        input.value = "";
      });
    }
  }

  // The words in the box go with the first of them.
  sendFiles(files) {
    const caption = files.length ? this.caption() : "";
    files.forEach((file, number) => {
      this.submit({ door: "photo", file_name: file.name || "photo.jpg", caption: number ? "" : caption }, file);
    });
    this.open(false);
  }

  listenToPlace() {
    byId("place").addEventListener("click", () => {
      byId("place-wrong").hidden = true;
      this.dialog.showModal();
    });
    byId("place-cancel").addEventListener("click", () => this.dialog.close());
    byId("locate").addEventListener("click", () => this.locate());
    byId("place-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendTyped(...["latitude", "longitude"].map((id) => byId(id).value.trim()));
    });
  }

  locate() {
    if (!navigator.geolocation) return this.tell(this.words.js_no_location);
    this.tell(this.words.js_locating);
    return navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.dialog.open && this.sendPlace(coords.latitude, coords.longitude),
      () => this.tell(this.words.js_no_location),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  }

  sendTyped(latitude, longitude) {
    const isPlace = latitude && longitude && Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180;
    if (!isPlace) return this.tell(this.words.js_bad_place);
    return this.sendPlace(Number(latitude), Number(longitude));
  }

  sendPlace(latitude, longitude) {
    this.dialog.close();
    this.submit({ door: "locate", latitude, longitude });
    this.open(false);
  }

  tell(sentence) {
    byId("place-wrong").textContent = sentence;
    byId("place-wrong").hidden = false;
  }
}
