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
  /** As `linux/arm64`; unset: the engine's own. */
  readonly platform?: string;
}
