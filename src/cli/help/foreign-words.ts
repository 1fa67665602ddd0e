/** Commands of kubectl and docker compose that podrun does not have, and what does it here. */
const foreignWords: ReadonlyMap<string, string> = new Map([
  ['apply', 'podrun up makes the Pods as the file says, and follows its edits; podrun diff says what it would do'],
  [
    'convert',
    'podrun export prints Kubernetes objects for a cluster; podrun config prints what podrun makes of the file',
  ],
  ['edit', 'edit the file: a running podrun up follows it; podrun diff says what the edit does'],
  ['images', 'podrun config prints the image of each container; the engine lists its own'],
  [
    'kill',
    'podrun delete POD --force ends a Pod at once, and a new one takes its place; podrun down --force ends the project',
  ],
  ['patch', 'edit the file: a running podrun up follows it; podrun diff says what the edit does'],
  ['push', 'podrun build makes the images; docker push NAME takes one to its registry'],
  ['replace', 'podrun delete POD replaces a Pod; an edit of the file replaces what has to be'],
  ['rm', 'podrun down removes the project; podrun delete POD replaces a Pod'],
  ['start', 'podrun up starts the Pods; podrun up POD some of them'],
  ['stats', 'podrun top shows the CPU and memory that Pods use'],
  [
    'stop',
    'podrun down ends the Pods, each with its grace, and keeps the persistent volumes; podrun down POD ends some of them',
  ],
  ['version', 'podrun --version'],
  ['watch', 'podrun up follows edits of the file; podrun ps -w follows the Pods'],
]);

/** What does here what another tool's command does there; undefined for no word of theirs. */
export const hereFor = (word: string): string | undefined => foreignWords.get(word);

/** All of them. */
export const allForeignWords = (): readonly string[] => [...foreignWords.keys()];
