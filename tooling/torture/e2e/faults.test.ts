/** What goes wrong with the machine, the clock and the network. The short form. */
import { shortForms } from '../src/short-forms.ts'

shortForms('faults')
