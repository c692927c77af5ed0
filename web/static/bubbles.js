// One message as an element. Whatever people wrote becomes text, never markup.

const COMMAND = /(^|[\s“"(（])(\/[a-z]{2,20})(?![\w/])/g;

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export class Bubbles {
  // `does` holds what a tap does: press(message, key, button), say(text), look(source, alt).
  constructor({ chat, words, language, does }) {
    Object.assign(this, { chat, words, language, does });
  }

  shown(message) {
    const item = element("li", `bubble ${message.mine ? "mine" : "theirs"}`);
    item.dataset.at = message.at;
    const box = element("div", "box");
    box.append(element("span", "hidden", `${message.mine ? this.words.js_you : this.words.js_bot}: `));
    this.fill(box, message);
    item.append(box);
    if (message.rows?.length) item.append(this.keys(message));
    item.append(this.foot(message));
    return item;
  }

  fill(box, message) {
    const source = message.source || (message.photo && `/chat/${encodeURIComponent(this.chat)}/photos/${message.photo}`);
    const file = () => element("p", "file", `${this.words.js_file} · ${message.file_name}`);
    if (source) box.append(this.photo(source, file));
    else if (message.file_name) box.append(file());
    if (message.place) box.append(element("p", "file", `${this.words.js_place} ${message.place.map((one) => one.toFixed(5)).join(", ")}`));
    if (message.text) box.append(...this.paragraphs(message));
    if (message.document) box.append(...this.documents(message));
  }

  // A picture is seen at once, and may be kept like any other file; its text says in words what it shows.
  documents(message) {
    const source = `/chat/${encodeURIComponent(this.chat)}/documents/${message.document.sha256}`;
    const link = this.document(message.document, source);
    if (message.document.media_type !== "image/png") return [link];
    const button = this.photo(source, () => element("p", "file", message.document.file_name), message.text);
    button.classList.add("drawn");
    return [button, link];
  }

  document({ file_name }, source) {
    const link = element("a", "document", file_name);
    link.href = source;
    link.download = file_name;
    return link;
  }

  // The first line is the headline; an empty line parts paragraphs.
  paragraphs(message) {
    const [headline, ...rest] = message.text.split("\n");
    const isTitled = !message.mine && rest.some((line) => line.trim());
    const parts = [this.withCommands(element(isTitled ? "strong" : "p", "words"), headline, message)];
    const below = rest.join("\n").replace(/^\n+/, "");
    if (below) parts.push(this.withCommands(element("p", "words"), below, message));
    for (const part of parts) part.dir = "auto";
    return parts;
  }

  withCommands(part, text, message) {
    if (message.mine) {
      part.textContent = text;
      return part;
    }
    let from = 0;
    for (const found of text.matchAll(COMMAND)) {
      const start = found.index + found[1].length;
      const command = element("button", "command", found[2]);
      command.type = "button";
      command.addEventListener("click", () => this.does.say(found[2]));
      part.append(text.slice(from, start), command);
      from = start + found[2].length;
    }
    part.append(text.slice(from));
    return part;
  }

  // What the browser cannot draw (a HEIC before the server has answered) is shown by its name.
  photo(source, file, alt) {
    const button = element("button", "photo");
    button.type = "button";
    const picture = element("img");
    picture.src = source;
    picture.alt = alt ?? this.words.js_photo_alt;
    picture.loading = "lazy";
    picture.addEventListener("error", () => button.replaceWith(file()));
    button.append(picture);
    button.addEventListener("click", () => this.does.look(source, alt));
    return button;
  }

  keys(message) {
    const keys = element("div", "keys");
    for (const row of message.rows) {
      const line = element("div", "key-row");
      for (const key of row) line.append(this.key(message, key));
      keys.append(line);
    }
    return keys;
  }

  key(message, key) {
    if (key.data.startsWith("https://")) {
      const link = element("a", "key", key.label);
      Object.assign(link, { href: key.data, target: "_blank", rel: "noopener noreferrer" });
      return link;
    }
    const button = element("button", "key", key.label);
    button.type = "button";
    button.dataset.data = key.data;
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") this.does.press(message, key, button);
    });
    return button;
  }

  foot(message) {
    const foot = element("p", "foot");
    const time = element("time", "", this.clock(message.at));
    time.dateTime = message.at;
    foot.append(time);
    return foot;
  }

  clock(at) {
    return new Intl.DateTimeFormat(this.language === "en" ? "en-GB" : "zh-CN", {
      hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
    }).format(new Date(at));
  }

  // As the messages write it: 11月25日（周三）.
  day(at) {
    const format = (locale, parts) => new Intl.DateTimeFormat(locale, { ...parts, timeZone: "Asia/Shanghai" }).format(new Date(at));
    if (this.language === "en") return format("en-GB", { weekday: "short", day: "numeric", month: "short" });
    return `${format("zh-CN", { month: "long", day: "numeric" })}（${format("zh-CN", { weekday: "short" })}）`;
  }
}
