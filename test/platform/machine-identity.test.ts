import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { machineIdentity, processStart } from '../../src/platform/machine-identity.ts';

test('this machine is the same each time', () => {
  expect(machineIdentity()).toEqual(machineIdentity());
  expect(machineIdentity().boot).not.toBe('');
});

test('a process has one start as long as it runs, and none once it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const none = () => false;
  const started = processStart(pid, none);
  expect(started).toMatch(/./);
  expect(processStart(pid, none)).toBe(started);
  child.stdin.end();
  await once(child, 'exit');
  expect(processStart(pid, none)).toBeUndefined();
  expect(
    processStart(pid, () => true),
    'of somebody whose processes are hidden',
  ).toBe('');
});
