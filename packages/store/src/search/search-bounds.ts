/** The bounds of search that tests make small, so that a few lines are indexed, asked for and purged as a million are. */
import {
  MIN_STALE_LINES,
  SEARCH_BATCH_LINES,
  SEARCH_BLOCK_LINES,
  SEARCH_FEW_LINES,
  SEARCH_GROUP_TERMS,
  SEARCH_NEWEST_LINES,
  SEARCH_PURGE_LINES,
  SEARCH_RARE_LINES,
  SEARCH_WINDOW_BLOCKS,
} from '../limits.ts'

export interface SearchBounds {
  /** Lines taken into the index at once; fewer wait. */
  readonly batchLines: number
  /** Seqs of one block. It must not change while there is an index. */
  readonly blockLines: number
  /** Lines looked through before the index is asked. */
  readonly newestLines: number
  /** Lines that are looked up at once. */
  readonly fewLines: number
  /** Blocks asked for at first. */
  readonly windowBlocks: number
  /** A trigram that fewer lines have is rare. */
  readonly rareLines: number
  /** Trigrams in one question for a short word. */
  readonly groupTerms: number
  /** Lines that are gone before they are purged, and how many are looked at at once. */
  readonly minStaleLines: number
  readonly purgeLines: number
}

export const DEFAULT_SEARCH_BOUNDS: SearchBounds = {
  batchLines: SEARCH_BATCH_LINES,
  blockLines: SEARCH_BLOCK_LINES,
  newestLines: SEARCH_NEWEST_LINES,
  fewLines: SEARCH_FEW_LINES,
  windowBlocks: SEARCH_WINDOW_BLOCKS,
  rareLines: SEARCH_RARE_LINES,
  groupTerms: SEARCH_GROUP_TERMS,
  minStaleLines: MIN_STALE_LINES,
  purgeLines: SEARCH_PURGE_LINES,
}
