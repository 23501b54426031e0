/** Bytes and texts that are almost right, for everything that reads. The short form. */
import { FUZZ } from '../src/fuzz/experiments.ts'
import { shortForms } from '../src/short-forms.ts'

shortForms(FUZZ)
