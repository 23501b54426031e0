/** What the build makes of `src`: one document that loads nothing else, and the policy that lets it run. */
export declare const NET_PAGE: {
  readonly html: string
  /** Its `Content-Security-Policy`: it names the script and the styles of the document by their hashes. */
  readonly policy: string
}
