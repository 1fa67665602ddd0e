/** For yargs: how `up` goes into the background, how long it waits, and what ends it. */
export const startOptions = {
  detach: {
    alias: 'd',
    type: 'boolean',
    default: false,
    describe: 'Leave a podrun in the background that keeps the Pods so, and return once they have been started',
  },
  wait: {
    type: 'boolean',
    default: false,
    describe: 'As -d, and return once each Pod is Ready or has Succeeded; with exit code 1 once one can’t be',
  },
  timeout: {
    type: 'string',
    requiresArg: true,
    describe: 'With -d, --wait or names beside a running up: how long to wait, as 90s or 5m; then it exits with 124',
  },
  'abort-on-failure': {
    type: 'boolean',
    default: false,
    describe: 'Take everything down once a Pod Failed for good, and exit with 1',
  },
  'exit-code-from': {
    type: 'string',
    requiresArg: true,
    describe: 'Take everything down once POD[/CONTAINER] has ended, and exit with its exit code',
  },
  bundle: {
    type: 'string',
    requiresArg: true,
    describe: 'A folder for logs, events and objects, should the Pods fail',
  },
} as const;
