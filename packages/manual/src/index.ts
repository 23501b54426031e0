export { bashCompletion } from './bash-completion.ts'
export { paragraphsOf } from './description.ts'
export type {
  CommandDescription,
  Entry,
  OptionDescription,
  Paragraph,
  ProgramDescription,
  SectionDescription,
  ValueKind,
  WordDescription,
} from './description.ts'
export { fishCompletion } from './fish-completion.ts'
export { HELP_COLUMNS, helpEntries, helpParagraphs, optionEntries, programHelp } from './help.ts'
export { programPage, sectionsPage } from './man-page.ts'
export type { PageHead } from './man-page.ts'
export { zshCompletion } from './zsh-completion.ts'
