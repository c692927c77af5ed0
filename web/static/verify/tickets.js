// Links, keys and tickets (§3).

import { bytesOfHex, sha256, sha256OfEach, utf8 } from "./bytes.js";
import { PROTOCOL } from "./shape.js";

export const hashOfLink = (link) => sha256(bytesOfHex(link));

export const roundKey = (announcementDigest, inputsDigest, link, number) =>
  sha256(utf8([PROTOCOL, announcementDigest, inputsDigest, link, number].join("\n")));

export const ticket = (key, label) => sha256(utf8(`${key}:${label}`));

// One ticket for each label, in their order.
export const tickets = (key, labels, progress) => sha256OfEach(labels.map((label) => `${key}:${label}`), progress);

// Hex and ids are plain letters and digits, whose bytes `<` compares.
export const plainly = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
