/** Bytes and texts that are almost right, for everything that reads. The short form. */
import { shortForms } from '../src/short-forms.ts'

shortForms('fuzz')
