// Put on another site by <script src="https://OFFICE/chat.js" async></script>: a button that opens
// the talk in a frame. data-label names the button, data-language the first language.
(() => {
  const own = document.currentScript;
  const home = new URL(own.src).origin;
  const label = own.dataset.label ?? "Mājup";
  const language = own.dataset.language ?? "";
  const dress = (element, looks) => Object.assign(element.style, looks);

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  dress(button, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", minHeight: "52px",
    padding: "10px 24px", border: "0", borderRadius: "26px", background: "#8f2135", color: "#fff",
    font: "600 17px/1.2 system-ui, sans-serif", boxShadow: "0 6px 24px #0004", cursor: "pointer",
  });

  let frame = null;
  button.addEventListener("click", () => {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = `${home}/chat?embed=1${language ? `&lang=${encodeURIComponent(language)}` : ""}`;
      dress(frame, {
        position: "fixed", right: "16px", bottom: "80px", zIndex: "2147483000", border: "0",
        width: "min(420px, calc(100vw - 32px))", height: "min(680px, calc(100dvh - 110px))",
        borderRadius: "16px", background: "#fffdfa", boxShadow: "0 12px 48px #0005",
      });
      frame.hidden = true;
      document.body.append(frame);
    }
    frame.hidden = !frame.hidden;
    button.setAttribute("aria-expanded", String(!frame.hidden));
    if (!frame.hidden) frame.focus();
  });
  document.body.append(button);
})();
