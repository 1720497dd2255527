((values) => {
  // Strings only: what a list can choose. A comment behind the value stays where it is.
  const panel = window.jupyterapp?.shell.currentWidget;
  const cell = (panel?.content?.widgets ?? []).find((one) =>
    (one.model.getMetadata("tags") ?? []).includes("parameters"));
  if (!cell) return;
  const model = cell.model.sharedModel;
  let source = model.getSource();
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^(${name}\\s*=\\s*)(?:"[^"\\n]*"|'[^'\\n]*')`, "m");
    source = source.replace(line, (_, left) => left + JSON.stringify(value));
  }
  if (source !== model.getSource()) model.setSource(source);
})
