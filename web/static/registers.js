// A choice that is an address goes there; the policy of these pages allows no handler inside an element.
for (const choice of document.querySelectorAll("select[data-goes-where-it-says]")) {
  choice.addEventListener("change", () => {
    window.location.assign(choice.value);
  });
}
