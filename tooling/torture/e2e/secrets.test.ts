/** Where the programs come from, and what they must not give away. The short form. */
import { SECRETS } from '../src/secrets/experiments.ts'
import { shortForms } from '../src/short-forms.ts'

shortForms(SECRETS)
