// From what is pasted, chosen or dropped to documents as the service takes them.

const PLAIN = /\.txt$/i;
const PAGE = /\.x?html?$/i;
const READ = /\.(txt|x?html?|docx|pdf|eml)$/i;
const MARKUP = /^\s*(<!doctype html|<html|<head|<body|<article|<main|<section|<div|<p|<h1)[\s>]/i;

/** Return the document for what is in the text field: a page of HTML where it begins like one, else text. */
export const readField = (value) => (MARKUP.test(value) ? { html: value } : { text: value });

/** Return {name, document} for a file, or {name, message} where this page cannot send it. */
export async function readFile(file) {
  const { name } = file;
  if (!READ.test(name)) return { name, message: "The page takes .txt, .html, .docx, .pdf and .eml. Archives with many articles are for the command: stance score" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (PLAIN.test(name) || PAGE.test(name)) {
    const text = decodeText(bytes);
    if (text !== null) return { name, document: PAGE.test(name) ? { html: text } : { text } };
  }
  return { name, document: { file: { name, content: encodeBase64(bytes) } } };
}

/** Return UTF-8 as text, line ends as the text field has them; null for another encoding, which the service may know. */
function decodeText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r\n?/g, "\n");
  } catch {
    return null;
  }
}

function encodeBase64(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** Group documents so that each request stays within the service's limits. */
export function splitIntoRequests(items, { bytes, documents }) {
  const groups = [[]];
  let size = 0;
  for (const item of items) {
    const length = new Blob([JSON.stringify(item.document)]).size + 100;
    if (groups.at(-1).length && (size + length > bytes || groups.at(-1).length >= documents)) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1).push(item);
    size += length;
  }
  return groups.filter((group) => group.length);
}

/** Call `take(files)` with the files that are dropped anywhere on the page; show meanwhile that it takes them. */
export function takeDrops(take) {
  const mark = (dragging) => document.body.toggleAttribute("data-dragging", dragging);
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && mark(false));
  document.addEventListener("drop", (event) => {
    mark(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}
