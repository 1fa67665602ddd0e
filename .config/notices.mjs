// The licences of what is bundled: they ask that whoever passes the code on passes them on as well.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One section a package, by name: its name and version, and its licence as it comes with it.
 * @param {string} root
 * @param {readonly string[]} inputs the files of the bundle, relative to root
 */
export function thirdPartyNotices(root, inputs) {
  // A name with a colon is what a plugin made of a package that is there by its own name as well.
  const files = inputs.filter((input) => !input.includes(':'));
  const folders = new Set(files.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const sections = new Set([...folders].map((folder) => section(join(root, folder))));
  return `podrun includes the following packages.\n\n${[...sections].toSorted().join('\n')}`;
}

/** @param {string} folder */
function section(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter(
    (file) => /^(licen[sc]e|copying|notice)/i.test(file) && existsSync(join(folder, file)),
  );
  // Some have no file of it, and only say which it is.
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const by = typeof author === 'string' ? author : author?.name;
  const text = texts.length > 0 ? texts.join('\n\n') : `Licence: ${license}${by === undefined ? '' : `, by ${by}`}`;
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}
