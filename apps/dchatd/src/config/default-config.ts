/** The file that the first run writes: every key with its default, in comments, and how to join a network. */
import { commentedFile } from '@dchat/config'
import { DCHATD_SECTIONS } from './keys.ts'

const INTRO = [
  'Configuration of dchatd. Written once, at the first run; never changed by the program.',
  'Take away the # of a key to set it: the values shown are the defaults. Times are in seconds.',
  'All keys are explained in docs/configuration.md; flags ("dchatd --help") and variables (DCHAT_<SECTION>_<KEY>) win over this file.',
  '"dchatd check" says whether it can be used, "dchatd check --print" what holds in the end. SIGHUP has a running dchatd read it again.',
]

/** Loading the text as it is gives the defaults. */
export function defaultConfigText(): string {
  return commentedFile(INTRO, DCHATD_SECTIONS)
}
