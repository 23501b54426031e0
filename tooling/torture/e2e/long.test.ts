/** Many daemons for a long time. The short form. */
import { LONG } from '../src/long/experiments.ts'
import { shortForms } from '../src/short-forms.ts'

shortForms(LONG)
