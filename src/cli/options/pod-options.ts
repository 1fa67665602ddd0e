/** Options of commands about Pods, for yargs. */
export const anyPods = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Pods by name, or TYPE/NAME for those of a workload or Service; all if none is named',
} as const;
export const anyObjects = {
  ...anyPods,
  describe: 'A kind, or several with commas, and names of it; or TYPE/NAME; or Pods by name',
} as const;
export const namedPods = {
  ...anyPods,
  describe: 'Pods by name, or TYPE/NAME for those of a workload or Service',
} as const;
export const allPods = { type: 'boolean', default: false, describe: 'All Pods of the namespace' } as const;
export const podNamespace = {
  alias: 'n',
  type: 'string',
  default: 'default',
  describe: 'The Pod’s namespace',
} as const;
export const podsNamespace = { ...podNamespace, describe: 'The Pods’ namespace' } as const;
export const allNamespaces = {
  alias: 'A',
  type: 'boolean',
  default: false,
  describe: 'Pods of all namespaces',
} as const;
export const headers = {
  type: 'boolean',
  default: true,
  describe: 'The table’s header; --no-headers leaves it out',
} as const;
