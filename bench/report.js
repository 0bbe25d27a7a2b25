"use strict";

// Results → Markdown.

const { OTHER_BUILD, OURS } = require("./peers");

const CASES = {
  first: ["10,000 distinct tokens, one after the other", "µs a token", "less"],
  seen: ["one token, as a new string each time", "µs a token", "less"],
  inflight: ["64 distinct tokens awaited at once", "tokens a second", "more"],
  delay: ["event-loop delay, 99th percentile, 3,200 tokens a second", "ms", "less"],
  bad: ["bad signatures", "µs a token", "less"],
  malformed: ["malformed tokens", "µs a token", "less"],
  signIn: ["signing in, 64 at any time: median", "ms a call", "less"],
  signInTail: ["signing in, 64 at any time: 99th percentile", "ms a call", "less"],
  signInCpu: ["signing in, 64 at any time: CPU", "µs of CPU a call", "less"],
  server: ["inside a node:http server", "µs of CPU a request", "less"],
};

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const number = (value) =>
  value >= 1_000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);

function table(title, unit, better, measured) {
  const ours = median(measured[OURS]);
  const rows = Object.entries(measured)
    .map(([peer, values]) => ({ peer, values, median: median(values) }))
    .sort((a, b) => (better === "less" ? a.median - b.median : b.median - a.median));
  return [
    `## ${title}`,
    "",
    `${unit}; ${better} is better`,
    "",
    "| | median | least | most | beside ours |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows.map(
      ({ peer, values, median: middle }) =>
        `| ${peer} | ${number(middle)} | ${number(Math.min(...values))} | ${number(Math.max(...values))} | ${number(middle / ours)} |`,
    ),
  ].join("\n");
}

const SIZES = ["8 KiB", "16 KiB", "64 KiB"];

/** The values of `forged` as those of one case for each token. */
const forgedCases = (measured) =>
  Object.fromEntries(
    ["plain", ...SIZES].map((token) => [
      token,
      Object.fromEntries(
        Object.entries(measured).map(([peer, values]) => [
          peer,
          values.map((it) => it[token].cost),
        ]),
      ),
    ]),
  );

function forgedTable(measured) {
  const costs = forgedCases(measured);
  const rows = Object.entries(measured).map(([peer, values]) => {
    const plain = costs.plain[peer];
    const cells = SIZES.flatMap((size) => {
      const ratios = costs[size][peer].map((cost, round) => cost / plain[round]);
      return [number(median(costs[size][peer])), number(median(ratios))];
    });
    const { shape } = values[0][SIZES.at(-1)];
    return `| ${[peer, number(median(plain)), ...cells, shape].join(" | ")} |`;
  });
  return [
    "## the worst forged token of a size",
    "",
    "µs a token, and times the cost of a plain forged token of about 1 KiB (`× plain`, the median of the rounds' ratios); less is better. Nothing in these tokens is signed: anybody can send them.",
    "",
    `| | plain | ${SIZES.map((size) => `${size} | × plain`).join(" | ")} | the worst shape of ${SIZES.at(-1)} |`,
    `| --- | ---: | ${SIZES.map(() => "---: | ---:").join(" | ")} | --- |`,
    ...rows,
  ].join("\n");
}

/** This build beside the other one: the ratio of each round, because both saw the same state of the machine. */
function comparison(also, cases) {
  const compared = Object.entries(cases).flatMap(([name, measured]) =>
    name === "forged"
      ? Object.entries(forgedCases(measured)).map(([token, costs]) => [
          [`a forged token, ${token}`, "µs a token", "less"],
          costs,
        ])
      : [[CASES[name], measured]],
  );
  const rows = compared.map(([[title, unit, better], { [OURS]: ours, [OTHER_BUILD]: other }]) => {
    const ratios = ours.map((value, round) => value / other[round]);
    const cells = [
      median(ours),
      median(other),
      median(ratios),
      Math.min(...ratios),
      Math.max(...ratios),
    ];
    return `| ${title} | ${unit}, ${better} is better | ${cells.map(number).join(" | ")} |`;
  });
  return [
    "## This build beside the other one",
    "",
    `The other build is ${also}. The ratio is this build's value divided by the other's in the same round.`,
    "",
    "| | | this build | other build | ratio, median | ratio, least | ratio, most |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
  ];
}

function report({ date, machine, node, rounds, also, peers, cases }) {
  return [
    "# Results",
    "",
    `${date}, ${machine}, Node.js ${node}; medians of ${rounds} rounds in one run, one process for each peer, case and round. Machines are noisy: read the ratios. \`node run.js\` makes this file.`,
    "",
    ...(also === undefined ? [] : comparison(also, cases)),
    ...Object.entries(cases).flatMap(([name, measured]) => [
      name === "forged" ? forgedTable(measured) : table(...CASES[name], measured),
      "",
    ]),
    "## What each checks",
    "",
    "All but crypto.verify check algorithm and expiry; `token_use` is checked by hand where a library has no option for it.",
    "",
    "| | version | checks |",
    "| --- | --- | --- |",
    ...Object.entries(peers).map(
      ([peer, { version, checks }]) => `| ${peer} | ${version} | ${checks} |`,
    ),
    "",
  ].join("\n");
}

module.exports = { median, report };
