/** Hostile peers against a daemon that serves honest ones. The short form. */
import { shortForms } from '../src/short-forms.ts'

shortForms('peers')
