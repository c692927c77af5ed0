// The live line: server-sent events, and while they fail, asking again every few seconds.

export class Line {
  // `newest()` gives the last revision seen, `heard(messages)` takes what is newer, `state(word)` is for the eye.
  constructor(chat, { newest, heard, state }) {
    this.address = `/chat/${encodeURIComponent(chat)}`;
    Object.assign(this, { newest, heard, state });
    this.open();
    setInterval(() => this.lookAfter(), 4000);
    window.addEventListener("online", () => this.open());
    window.addEventListener("offline", () => this.state("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.lookAfter());
  }

  open() {
    this.events?.close();
    this.events = new EventSource(`${this.address}/stream?after=${this.newest()}`);
    this.events.onopen = () => this.state("online");
    this.events.onmessage = (event) => this.heard([JSON.parse(event.data)]);
    this.events.onerror = () => this.state(navigator.onLine ? "connecting" : "offline");
  }

  async lookAfter() {
    if (this.events.readyState === EventSource.OPEN) return;
    try {
      const answer = await fetch(`${this.address}/messages?after=${this.newest()}`, { credentials: "same-origin" });
      if (answer.status === 401) return this.state("signed_out");
      if (!answer.ok) throw new Error(String(answer.status));
      this.heard(await answer.json());
      if (this.events.readyState === EventSource.CLOSED) this.open();
    } catch {
      this.state("offline");
    }
  }
}
