import { realpathSync } from 'node:fs';
import { copyProgram, hasImage, importImage, layOut } from './busybox-image.mjs';
import { ensureBusybox } from './packages.mjs';

/** What a gateway runs in, made of this machine's own node: nothing is pulled. */
export const nodeImage = 'podrun-test-node';

/** @param {string} host */
export async function ensureNodeImage(host) {
  const wanted = { repo: nodeImage, tag: 'latest', command: 'sh' };
  if (await hasImage(host, wanted)) return;
  await importImage(host, wanted, (folder) => {
    layOut(folder, ensureBusybox());
    copyProgram(realpathSync(process.execPath), folder, '/usr/bin/node');
  });
}
