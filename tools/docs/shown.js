"use strict";

// Makes a block of code report its values where a comment shows one: at the end of the statement's line, or in the next.

const ts = require("typescript-5.4");
const { readShown, showsValue } = require("./compare.js");

const REPORT = "__shown";

/** The comment behind a statement, without its slashes; lines that follow one another are one. Undefined for none. */
function commentBehind(source, statement) {
  const { text } = source;
  const at = (place) => source.getLineAndCharacterOfPosition(place).line;
  const end = at(statement.end);
  const trailing = ts.getTrailingCommentRanges(text, statement.end) ?? [];
  const following = ts.getLeadingCommentRanges(text, statement.end) ?? [];
  const comments = [...new Map([...trailing, ...following].map((one) => [one.pos, one])).values()];
  const lines = [];
  for (const { pos, end: last } of comments) {
    const line = at(pos);
    const isNext = lines.length === 0 ? line <= end + 1 : line === lines.at(-1).line + 1;
    if (!isNext) break;
    lines.push({ line, words: text.slice(pos, last).replace(/^\/\/\s?|^\/\*\s*|\s*\*\/$/g, "") });
  }
  return lines.length === 0 ? undefined : lines.map(({ words }) => words.trim()).join(" ");
}

/** The expression whose value a statement's comment shows, or `{ after }`, an expression to report after it; undefined if there is none. */
function valueShown(statement) {
  if (ts.isExpressionStatement(statement)) {
    const { expression } = statement;
    const isLog =
      ts.isCallExpression(expression) && expression.expression.getText() === "console.log";
    return isLog ? expression.arguments[0] : expression;
  }
  if (!ts.isVariableStatement(statement)) return undefined;
  const { declarations } = statement.declarationList;
  const [{ name, initializer }] = declarations.slice(-1);
  // Of `const { phoneNumber } = …` the comment shows the phone number.
  const isOne = ts.isObjectBindingPattern(name) && name.elements.length === 1;
  return isOne ? { after: name.elements[0].name.getText() } : initializer;
}

/**
 * The code with calls of `__shown(number, value)`, and what the comments show: `{ code, shown: [{ line, text }] }`. Throws for a comment
 * that shows a value which cannot be read or has no statement.
 */
function instrument(code) {
  const source = ts.createSourceFile("block.mjs", code, ts.ScriptTarget.Latest, true);
  const shown = [];
  const edits = [];
  const visit = (node) => {
    if (ts.isStatement(node) && !ts.isBlock(node)) {
      const text = commentBehind(source, node);
      const value = text !== undefined && showsValue(text) ? valueShown(node) : undefined;
      if (value !== undefined) {
        readShown(text);
        const number = shown.length;
        shown.push({ line: source.getLineAndCharacterOfPosition(node.end).line + 1, text });
        if (value.after === undefined) {
          edits.push([value.getStart(), `${REPORT}(${number}, `], [value.end, ")"]);
        } else edits.push([node.end, ` ${REPORT}(${number}, ${value.after});`]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const arrows = code.match(/\/\/\s*→/g) ?? [];
  const compared = shown.filter(({ text }) => text.startsWith("→"));
  if (arrows.length !== compared.length) throw new Error("a comment with → follows no statement");
  let instrumented = code;
  for (const [place, text] of edits.toSorted(([a], [b]) => b - a)) {
    instrumented = instrumented.slice(0, place) + text + instrumented.slice(place);
  }
  return { code: instrumented, shown };
}

module.exports = { instrument };
