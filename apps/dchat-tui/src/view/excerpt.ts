/** The beginning of a message on one line, for questions and lists. */
import { maskInvitations } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { fitText } from './width.ts'

const EXCERPT_COLUMNS = 60

/** At most `columns` columns of `text`, line ends as marks, the secrets of invitations masked. @default 60 columns */
export function excerptOf(text: string, columns: number = EXCERPT_COLUMNS): string {
  return fitLine(maskInvitations(text), columns, '...')
}

/** `text` on one line, safe to show, cut to `columns` columns. A long text is not looked at as a whole. */
export function fitLine(text: string, columns: number, ellipsis: string): string {
  return fitText(sanitizeText(text.slice(0, columns * UNITS_A_COLUMN)), columns, ellipsis)
}

/** More code units take a column in no text that people write; of others less is shown. */
const UNITS_A_COLUMN = 16
