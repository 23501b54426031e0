/** What a check of our own found. */
export interface Finding {
  /** A path below the repository. */
  readonly file: string
  /** From 1; undefined where it is about the whole. */
  readonly line?: number
  /** What is wrong, and what to do. */
  readonly text: string
}

/** As editors and CI systems read it. */
export function formatFinding({ file, line, text }: Finding): string {
  return line === undefined ? `${file}: ${text}` : `${file}:${line}: ${text}`
}
