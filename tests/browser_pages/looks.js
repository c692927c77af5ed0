// Everything that an eye, a thumb or a screen reader would stumble over on the open page, one sentence each.
() => {
  const faults = [];
  const named = (one) => `${one.tagName.toLowerCase()}${one.id ? `#${one.id}` : ""}.${one.className} “${one.textContent.trim().slice(0, 20)}”`;
  const isVisible = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".hidden, .skip");
  const root = document.documentElement;

  if (root.lang !== "zh-CN") faults.push(`the page says it is in ${root.lang}`);
  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);

  const isInRunningText = (one) => one.matches("a") && getComputedStyle(one).display === "inline" && one.parentElement.textContent.trim() !== one.textContent.trim();
  for (const one of document.querySelectorAll("a[href], button, input, textarea")) {
    if (!isVisible(one) || isInRunningText(one)) continue;
    const { width, height } = one.getBoundingClientRect();
    if (width < 44 || height < 44) faults.push(`too small for a thumb: ${named(one)} ${width.toFixed()}×${height.toFixed()}`);
    const name = one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || one.querySelector("img")?.alt || "";
    if (!name.trim()) faults.push(`has no name: ${named(one)}`);
    if (one.matches("input, textarea") && parseFloat(getComputedStyle(one).fontSize) < 16) faults.push(`makes a phone zoom: ${named(one)}`);
  }
  for (const one of document.querySelectorAll("img:not([alt])")) faults.push(`a picture without words: ${one.outerHTML}`);

  // Contrast as WCAG 2 counts it: 4.5, or 3 for large letters.
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = numbers(colour).map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const check = (one, style, words) => {
    const [a, b] = [light(style.color), light(behind(one))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < (isLarge ? 3 : 4.5)) faults.push(`pale, ${contrast.toFixed(2)}: “${words.trim().slice(0, 20)}”`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode()); ) {
    const one = text.parentElement;
    if (text.data.trim() && isVisible(one)) check(one, getComputedStyle(one), text.data);
  }
  for (const one of document.querySelectorAll("[placeholder]")) {
    if (isVisible(one)) check(one, getComputedStyle(one, "::placeholder"), one.placeholder);
  }
  return faults;
}
