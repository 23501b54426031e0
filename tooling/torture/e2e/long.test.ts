/** Many daemons for a long time. The short form. */
import { shortForms } from '../src/short-forms.ts'

shortForms('long')
