"use strict";
(() => {
  const LONGEST_SIDE = 1920;
  const MOST_PICTURES = 6;
  const about = document.body.dataset;
  const steps = [...document.querySelectorAll("fieldset[data-script]")];
  const tester = document.getElementById("tester");
  const said = document.getElementById("said");
  const pictures = new Map(steps.map((step) => [step, []]));
  const times = new Map();
  const place = ["gonogo-kit", about.system, about.version, about.build, about.prepared].join("|");
  let unsaved = false;

  const nameOf = (step) => `${step.dataset.script}-${step.dataset.step}`;
  const markOf = (step) => step.querySelector("input[type=radio]:checked").value;
  const noteOf = (step) => step.querySelector("textarea");

  function keep() {
    const kept = { tester: tester.value, steps: {} };
    for (const step of steps) {
      if (markOf(step) || noteOf(step).value) {
        kept.steps[nameOf(step)] = [markOf(step), noteOf(step).value, times.get(step) || ""];
      }
    }
    try { localStorage.setItem(place, JSON.stringify(kept)); } catch { /* private windows keep nothing */ }
  }

  function bringBack() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(place)); } catch { return; }
    if (!kept || !kept.steps) return;
    tester.value = kept.tester || "";
    for (const step of steps) {
      const [mark, note, at] = kept.steps[nameOf(step)] || ["", "", ""];
      const radio = [...step.querySelectorAll("input[type=radio]")].find((each) => each.value === mark);
      if (radio) radio.checked = true;
      noteOf(step).value = note;
      if (at) times.set(step, at);
    }
  }

  function tell() {
    const done = steps.filter(markOf).length;
    document.getElementById("progress").textContent =
      `${done} of ${steps.length} ${steps.length === 1 ? "step has" : "steps have"} a result.`;
  }

  async function addPicture(step, file) {
    const list = pictures.get(step);
    if (list.length >= MOST_PICTURES) {
      said.textContent = `A step takes at most ${MOST_PICTURES} screenshots.`;
      return;
    }
    let data;
    try {
      // Drawn anew: what a camera or program hid beside the pixels is not kept.
      const bitmap = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      data = canvas.toDataURL("image/png");
    } catch {
      said.textContent = "That file is not a picture that can be read. Use PNG or JPEG.";
      return;
    }
    list.push(data);
    show(step);
    unsaved = true;
    said.textContent = `Screenshot added to step ${step.dataset.step}.`;
  }

  function show(step) {
    const list = step.querySelector(".pictures");
    list.replaceChildren(...pictures.get(step).map((data, number) => {
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.src = data;
      image.alt = `Screenshot ${number + 1} of step ${step.dataset.step}`;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Remove screenshot ${number + 1}`;
      button.addEventListener("click", () => {
        pictures.get(step).splice(number, 1);
        show(step);
        noteOf(step).focus();
      });
      item.append(image, button);
      return item;
    }));
    list.hidden = pictures.get(step).length === 0;
  }

  function results() {
    return {
      schema: "gonogo.manual-kit/1",
      build: { system: about.system, version: about.version, build: about.build },
      tester: tester.value.trim(),
      walked_at: new Date().toISOString(),
      marks: steps.filter(markOf).map((step) => ({
        script_id: step.dataset.script,
        script_digest: step.dataset.digest,
        step: Number(step.dataset.step),
        mark: markOf(step),
        note: noteOf(step).value.trim(),
        at: times.get(step) || "",
        pictures: pictures.get(step),
      })),
    };
  }

  function download() {
    const problem = document.getElementById("tester-problem");
    problem.textContent = "";
    if (!tester.value.trim()) {
      problem.textContent = "Type your name: a result that nobody stands for does not count.";
      tester.setAttribute("aria-invalid", "true");
      tester.focus();
      return;
    }
    tester.removeAttribute("aria-invalid");
    const found = results();
    if (found.marks.length === 0) {
      said.textContent = "No step has a result yet.";
      return;
    }
    const slug = (text) => text.toLowerCase().replace(/[^a-z0-9.]+/g, "-").replace(/^-+|-+$/g, "") || "x";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(found)], { type: "application/json" }));
    link.download = `manual-results-${slug(about.version)}-${slug(found.tester)}-${found.walked_at.slice(0, 10)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    unsaved = false;
    said.textContent = `${link.download} was downloaded. Send it back to whoever gave you this page.`;
  }

  for (const step of steps) {
    step.addEventListener("change", (event) => {
      if (event.target.type === "file") {
        for (const file of event.target.files) addPicture(step, file);
        event.target.value = "";
        return;
      }
      if (event.target.type === "radio") times.set(step, new Date().toISOString());
      unsaved = true;
      tell();
      keep();
    });
    step.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.items].filter((item) => item.type.startsWith("image/"));
      if (files.length === 0) return;
      event.preventDefault();
      for (const item of files) addPicture(step, item.getAsFile());
    });
  }
  tester.addEventListener("change", keep);
  document.getElementById("download").addEventListener("click", download);
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  bringBack();
  tell();
})();
