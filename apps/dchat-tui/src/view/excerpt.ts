/** The beginning of a message on one line, for questions and lists. */
import { maskInvitations } from '@dchat/rpc'
import { sanitizeText } from '@dchat/system'
import { fitText } from './width.ts'

const EXCERPT_COLUMNS = 60

/** At most `columns` columns of `text`, line ends as marks, the secrets of invitations masked. @default 60 columns */
export function excerptOf(text: string, columns: number = EXCERPT_COLUMNS): string {
  // Four code units a column hold any text but one of stacked marks: a long line is not measured as a whole.
  return fitText(sanitizeText(maskInvitations(text)).slice(0, columns * UNITS_A_COLUMN), columns, '...')
}

const UNITS_A_COLUMN = 4
