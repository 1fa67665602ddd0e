import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasImage, importImage, layOut } from './busybox-image.mjs';
import { ensureBusybox } from './packages.mjs';

/** What a gateway runs in, made of this machine's own node: nothing is pulled. */
export const nodeImage = 'podrun-test-node';

/** @param {string} host */
export async function ensureNodeImage(host) {
  if (await hasImage(host, nodeImage)) return;
  await importImage(host, nodeImage, (folder) => {
    layOut(folder, ensureBusybox());
    const node = realpathSync(process.execPath);
    copyFileSync(node, join(folder, 'usr/bin/node'));
    for (const library of librariesOf(node)) {
      mkdirSync(join(folder, dirname(library)), { recursive: true });
      copyFileSync(library, join(folder, library));
    }
  });
}

/** The shared libraries and the loader, each where it is looked for. @param {string} program @returns {string[]} */
function librariesOf(program) {
  return [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(
    ([, path]) => path ?? '',
  );
}
