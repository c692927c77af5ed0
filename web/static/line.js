// The live line: server-sent events, and while they fail, asking again every few seconds.

const LOOK = 4000;
const SILENCE = 40000; // ms; the server is heard at least every 15 s, so a line that is silent so long is dead

export class Line {
  // `newest()` gives the last revision seen, `heard(messages)` takes what is newer, `state(word)` is for the eye.
  constructor(chat, { newest, heard, state }) {
    this.address = `/chat/${encodeURIComponent(chat)}`;
    Object.assign(this, { newest, heard, state });
    this.open();
    this.watch = setInterval(() => this.lookAfter(), LOOK);
    window.addEventListener("online", () => this.open());
    window.addEventListener("offline", () => this.state("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.lookAfter());
  }

  open() {
    this.events?.close();
    this.heardAt = Date.now();
    this.events = new EventSource(`${this.address}/stream?after=${this.newest()}`);
    this.events.onopen = () => {
      this.heardAt = Date.now();
      this.isLost = false;
      this.state("online");
    };
    this.events.onmessage = (event) => {
      this.heardAt = Date.now();
      this.heard([JSON.parse(event.data)]);
    };
    this.events.addEventListener("still", () => { this.heardAt = Date.now(); });
    // The browser tries again every few seconds: what the reader sees is that the line is gone, not each attempt.
    this.events.onerror = () => this.state(navigator.onLine && !this.isLost ? "connecting" : "offline");
  }

  // Signed out: only a sign-in opens the line again, with a new page.
  end() {
    clearInterval(this.watch);
    this.events.close();
    this.state("signed_out");
  }

  get isSilent() {
    return Date.now() - this.heardAt > SILENCE;
  }

  async lookAfter() {
    if (this.events.readyState === EventSource.OPEN && !this.isSilent) return;
    try {
      const answer = await fetch(`${this.address}/messages?after=${this.newest()}`, { credentials: "same-origin" });
      if (answer.status === 401) return this.end();
      if (!answer.ok) throw new Error(String(answer.status));
      this.heard(await answer.json());
      this.isLost = false; // a line that asks again and again is one, too
      if (this.events.readyState !== EventSource.CONNECTING || this.isSilent) this.open();
    } catch {
      this.isLost = true;
      this.state("offline");
    }
  }
}
