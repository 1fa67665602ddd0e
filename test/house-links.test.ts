/** Links between the pages of the repository lead to files and headings that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

const pagesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join(folder, name));

const withoutCode = (path: string): string =>
  readFileSync(join(root, path), 'utf8')
    .replaceAll(/^```[^]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '));

/** GitHub's anchor of each heading. */
const anchorsIn = (path: string): readonly string[] =>
  [...withoutCode(path).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

function isBroken(page: string, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return false;
  const [file = '', anchor] = link.split('#', 2);
  const path = file === '' ? page : posix.join(posix.dirname(page), file);
  if (!existsSync(join(root, path))) return true;
  return anchor !== undefined && !anchorsIn(path).includes(anchor);
}

test.each([...pagesIn('.'), ...pagesIn('docs'), ...pagesIn('docs/decisions')])('%s has no broken link', (page) => {
  const links = [...withoutCode(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => isBroken(page, link))).toEqual([]);
});
