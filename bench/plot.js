"use strict";

// Results → the README's plot: readable on a phone, in light and in dark.

const { median } = require("./report");

const WIDTH = 720;
const LEFT = 232;
const RIGHT = 86;
const BAR = 22;
const STEP = 32;

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

const PANELS = [
  ["first", "A token seen for the first time"],
  ["seen", "A token seen before"],
];

function panel(title, measured, top) {
  const rows = Object.entries(measured)
    .map(([peer, values]) => [peer, median(values)])
    .sort(([, a], [, b]) => a - b);
  const longest = rows[rows.length - 1][1];
  const scale = (value) => Math.max(2, (value / longest) * (WIDTH - LEFT - RIGHT));
  const bars = rows.map(([peer, value], i) => {
    const y = top + 40 + i * STEP;
    const width = scale(value);
    const kind = peer.startsWith("cognito-auth-native") ? "ours" : "theirs";
    const label = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
    return [
      `<text class="name" x="${LEFT - 10}" y="${y + 16}" text-anchor="end">${escaped(peer)}</text>`,
      `<rect class="${kind}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3"/>`,
      `<text class="value" x="${LEFT + width + 8}" y="${y + 16}">${label} µs</text>`,
    ].join("\n");
  });
  return {
    svg: [`<text class="title" x="16" y="${top + 22}">${title}</text>`, ...bars].join("\n"),
    bottom: top + 40 + rows.length * STEP,
  };
}

function plot({ date, machine, node, cases }) {
  let top = 12;
  const parts = PANELS.map(([name, title]) => {
    const { svg, bottom } = panel(title, cases[name], top);
    top = bottom + 16;
    return svg;
  });
  const height = top + 28;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Time for one verification, beside other libraries">
<style>
text { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
.title { font-size: 19px; font-weight: 600; }
.name, .value { font-size: 16px; }
.note { font-size: 14px; fill: #59636e; }
.ours { fill: #0b6e4f; }
.theirs { fill: #9aa4af; }
.paper { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .note { fill: #9198a1; }
  .ours { fill: #3fb68b; }
  .theirs { fill: #59636e; }
  .paper { fill: #0d1117; }
}
</style>
<rect class="paper" width="${WIDTH}" height="${height}" rx="8"/>
${parts.join("\n")}
<text class="note" x="16" y="${top + 12}">${escaped(`Median time for one verification. ${machine}, Node.js ${node}, ${date}.`)}</text>
</svg>
`;
}

module.exports = { plot };
