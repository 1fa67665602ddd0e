/** The one machine that all Pods run on, as a node of Kubernetes. */
export interface Node {
  /** The engine's name. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** Of the disk that the engine keeps its containers on; 0 where an engine on another machine does not tell. */
  readonly storageBytes: number;
  /** What the engine can set for a container: without cgroups (rootless, say) it drops a limit with no more than a warning. */
  readonly enforces: {
    readonly cpuShares: boolean;
    readonly cpuQuota: boolean;
    readonly memory: boolean;
    /** An oom_score_adj below that of the engine's own processes. */
    readonly lowScores: boolean;
  };
}
