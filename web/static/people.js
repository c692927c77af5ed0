// The demo's list of people: fresh every few seconds, searched as one types, marking what was not seen yet.

const list = document.getElementById("people");
const find = document.getElementById("find");

function markUnseen() {
  for (const line of list.querySelectorAll("[data-chat]")) {
    const seen = Number(localStorage.getItem(`seen:${line.dataset.chat}`) || 0);
    const isHere = line.dataset.chat === list.dataset.here;
    line.classList.toggle("unseen", !isHere && Number(line.dataset.revision) > seen);
  }
}

async function refresh() {
  if (document.hidden || list.contains(document.activeElement)) return;
  const query = new URLSearchParams({ q: find.value, here: list.dataset.here });
  try {
    const answer = await fetch(`/demo/people?${query}`);
    if (answer.ok) list.innerHTML = await answer.text(); // our own template, escaped by the server
    markUnseen();
  } catch { /* the chat says that the line is down */ }
}

let typing = 0;
find.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(refresh, 200);
});
find.form.addEventListener("submit", (event) => {
  event.preventDefault();
  refresh();
});
markUnseen();
setInterval(refresh, 3000);
