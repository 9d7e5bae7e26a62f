"use strict";

// What the pages of Meridian Housing do beyond links and forms. Every page works without this file.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function shortDate(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

function cell(text, className) {
  const td = document.createElement("td");
  td.textContent = text;
  if (className) td.className = className;
  return td;
}

function tenancyRow(tenancy) {
  const row = document.createElement("tr");
  const link = document.createElement("a");
  link.href = `/tenancies/${encodeURIComponent(tenancy.reference)}`;
  link.textContent = tenancy.reference;
  const reference = cell("", "nowrap");
  reference.append(link);
  const tag = document.createElement("span");
  tag.className = tenancy.status === "current" ? "tag tag-good" : "tag";
  tag.textContent = tenancy.status === "current" ? "Current" : "Ended";
  const status = cell("");
  status.append(tag);
  row.append(
    reference, cell(tenancy.tenant_name), cell(tenancy.address), cell(tenancy.postcode, "nowrap"), status,
    cell(shortDate(tenancy.start_date), "nowrap"),
  );
  return row;
}

function emptyRow(table, text) {
  const row = document.createElement("tr");
  const only = cell(text, "empty");
  only.colSpan = table.tHead.rows[0].cells.length;
  row.append(only);
  return row;
}

// The list of tenancies follows what is typed: asked for after a pause, and only the newest answer counts.
function startLiveFilter(field) {
  const table = document.getElementById(field.dataset.target);
  const status = document.getElementById("filter-status");
  const body = table.tBodies[0];
  const firstRows = [...body.rows];
  const pages = document.querySelector(".pagination");
  let timer = 0;
  let newest = 0;

  async function refresh() {
    const term = field.value.trim();
    const mine = ++newest;
    if (!term) {
      body.replaceChildren(...firstRows);
      status.textContent = "";
      pages.hidden = false;
      return;
    }
    const query = new URLSearchParams({ q: term, status: document.getElementById("status").value });
    try {
      const response = await fetch(`${field.dataset.source}?${query}`, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const found = await response.json();
      if (mine !== newest) return;
      body.replaceChildren(...found.items.map(tenancyRow));
      if (!found.total) body.append(emptyRow(table, "No tenancies match your search"));
      status.textContent = found.total > found.items.length
        ? `The first ${found.items.length} of ${found.total} tenancies are shown`
        : `${found.total} ${found.total === 1 ? "tenancy" : "tenancies"} found`;
      pages.hidden = true;
    } catch (error) {
      if (mine === newest) status.textContent = "The list could not be filtered. Use Search instead.";
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 200);
  });
  document.getElementById("live-filter-panel").hidden = false;
}

// A form that asks first: its dialog's answer "yes" sends it.
function startConfirmation(form) {
  const dialog = document.getElementById(form.dataset.confirm);
  let confirmed = false;
  form.addEventListener("submit", (event) => {
    if (confirmed) return;
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    const answer = event.target.dataset.answer;
    if (!answer) return;
    dialog.close();
    if (answer === "yes") {
      confirmed = true;
      form.requestSubmit();
    }
  });
}

function startCounter(area) {
  const limit = Number(area.dataset.limit);
  const note = document.getElementById(`${area.id}-count`);
  function show() {
    const left = limit - area.value.trim().length;
    const amount = Math.abs(left).toLocaleString("en-GB");
    const noun = Math.abs(left) === 1 ? "character" : "characters";
    note.textContent = left < 0 ? `You have ${amount} ${noun} too many` : `You have ${amount} ${noun} remaining`;
    note.classList.toggle("over", left < 0);
  }
  area.addEventListener("input", show);
  show();
}

document.querySelectorAll("[data-source]").forEach(startLiveFilter);
document.querySelectorAll("form[data-confirm]").forEach(startConfirmation);
document.querySelectorAll("textarea[data-limit]").forEach(startCounter);
document.getElementById("error-summary")?.focus();
