// Handing out: a scanned card goes into the one box and is sent, wherever the focus is.

import { onScan } from "./keys.js";

const box = document.querySelector("[data-scan-into]");

onScan((code) => {
  box.value = code;
  box.form.requestSubmit();
});
