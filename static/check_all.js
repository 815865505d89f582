// One box that ticks and clears the boxes of the rows it names; hidden where scripts do not run.
document.querySelectorAll("[data-checks]").forEach((all) => {
  all.parentElement.hidden = false;
  all.addEventListener("change", () => {
    document.querySelectorAll(`${all.dataset.checks} input[type=checkbox]`).forEach((box) => {
      box.checked = all.checked;
    });
  });
});
