/** A container's input and working directory, what it takes from its image, and what it may do in an emptyDir. */
import { expect, test } from 'vitest';
import { makeImage } from '../support/foreign.ts';
import { makeProject } from '../support/harness.ts';
import { expectSaid, onceEach, type Once } from '../support/inside.ts';

/** Conformance's matrix: who, on which medium, with which mode. */
const emptyDirs = Object.fromEntries(
  ['disk', 'memory'].flatMap((medium) =>
    ['root', 'non-root'].map((user): [string, Once] => {
      const id = user === 'root' ? 0 : 1000;
      const write = (mode: string) => `echo mine > /v/${mode}; chmod ${mode} /v/${mode}; cat /v/${mode}`;
      return [
        `${user}-on-${medium}`,
        {
          pod: { volumes: { v: { emptyDir: medium === 'disk' ? {} : { medium: 'Memory' } } } },
          container: { volumeMounts: ['v:/v'], securityContext: { runAsUser: id } },
          script: `stat -c "%a %u" /v; ${['0644', '0666', '0777'].map(write).join('; ')}; cd /v; stat -c "%a %u" *`,
          says: ['777 0', 'mine', 'mine', 'mine', `644 ${id}`, `666 ${id}`, `777 ${id}`],
        },
      ];
    }),
  ),
);

const cases: Readonly<Record<string, Once>> = {
  ...emptyDirs,
  'no-input': { script: 'cat; tty; echo end', says: ['not a tty', 'end'] },
  'open-input': {
    container: { stdin: true },
    script: 'timeout 1 cat 2>/dev/null; echo "cat ended with $?"',
    says: expect.arrayContaining(['cat ended with 143']) as string[],
  },
  'working-dir': { container: { workingDir: '/made/for/it' }, script: 'pwd', says: ['/made/for/it'] },
  'root-as-working-dir': { script: 'pwd', says: ['/'] },
};

test('a container has the input, folder and scratch space that it asks for', async () => {
  const project = await makeProject({ 'pods.yaml': onceEach(cases) });

  const { code, stdout, stderr } = await project.run('up');

  expect(code, stderr).toBe(0);
  expectSaid(stdout, cases);
});

test('what a container does not say is its image’s: a command drops the image’s arguments, arguments leave its entrypoint', async () => {
  const project = await makeProject({});
  const image = await makeImage(
    `${project.name}-own`,
    'ENTRYPOINT ["sh", "-c", "echo entrypoint $0 $1 of $(id -u) in $(pwd): $ONE $TWO"]',
    'CMD ["by", "default"]',
    ...['USER 1234', 'WORKDIR /srv', 'ENV ONE=image TWO=image'],
  );
  const command = ['sh', '-c', 'echo command $0 $1'];
  const ofImage: Readonly<Record<string, Once>> = {
    neither: {
      script: '',
      container: { image, command: undefined },
      says: ['entrypoint by default of 1234 in /srv: image image'],
    },
    args: {
      script: '',
      container: { image, command: undefined, args: ['given'], workingDir: '/etc', env: { ONE: 'own' } },
      says: ['entrypoint given of 1234 in /etc: own image'],
    },
    command: { script: '', container: { image, command }, says: ['command sh'] },
    both: { script: '', container: { image, command, args: ['a', 'b'] }, says: ['command a b'] },
    'non-root': {
      script: 'id -u',
      container: { image, securityContext: { runAsNonRoot: true } },
      says: ['1234'],
    },
  };
  await project.write({ 'pods.yaml': onceEach(ofImage) });

  const { code, stdout, stderr } = await project.run('up');

  expect(code, stderr).toBe(0);
  expectSaid(stdout, ofImage);
});
