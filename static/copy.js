// A button that copies the text it names; hidden where scripts do not run, since the text can be selected by hand.
document.querySelectorAll("[data-copies]").forEach((button) => {
  const text = document.querySelector(button.dataset.copies);
  const said = document.querySelector(button.dataset.says);
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      document.execCommand("copy"); // an address without https has no clipboard of its own
    }
    said.textContent = button.dataset.copied;
  });
});
