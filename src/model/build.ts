/** How podrun makes an image. */
export interface Build {
  /** The folder that is sent to the builder: absolute, on podrun's machine. */
  readonly context: string;
  /** Relative to the context; unset: Dockerfile. */
  readonly dockerfile?: string;
  /** The stage to build; unset: the last. */
  readonly target?: string;
  /** The values of the Dockerfile's ARGs; they may be secret. */
  readonly args: Readonly<Record<string, string>>;
  /** As `linux/arm64`; unset: see {@link Build.platforms}. */
  readonly platform?: string;
  /** The image is for the engine's own platform where it is among these, else for the first; unset: for the engine's own. */
  readonly platforms?: readonly string[];
  /** What RUN reaches; unset: what the engine gives any build. */
  readonly network?: BuildNetwork;
  /** What `RUN --mount=type=secret` takes: no value of theirs is here. */
  readonly secrets?: readonly BuildSecret[];
  /** What `RUN --mount=type=ssh` takes. */
  readonly ssh?: readonly BuildAgent[];
  /** Images whose layers may stand for a step's. */
  readonly cacheFrom?: readonly string[];
  /** The image says how its layers were made, so that others may take them from it. */
  readonly inlineCache?: true;
}

export type BuildNetwork = 'default' | 'host' | 'none';

/** A value of a Secret. */
export interface BuildSecret {
  /** The Dockerfile's name for it. */
  readonly id: string;
  /** The Secret's name. */
  readonly source: string;
  /** Unset only where the file is wrong, or is still being read. */
  readonly key?: string;
  readonly namespace?: string;
}

/** An SSH agent on podrun's machine. */
export interface BuildAgent {
  /** The Dockerfile's name for it; `default` where it has none. */
  readonly id: string;
  /** Its socket, absolute; unset: that of the environment, SSH_AUTH_SOCK. */
  readonly path?: string;
}
