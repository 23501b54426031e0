/** How parameters of methods are written, for help. */
export const ARGUMENT_RULES = `Parameters are written NAME=VALUE, or as values alone in their order.

  NAME=VALUE   a text as it is; a number; true or false
  NAME:=JSON   any JSON value
  NAME=@FILE   the text of a file, without its last line break
  NAME=-       the text of stdin, the same way
  -- VALUE…    values alone, whatever is in them: -- 'a=b'`
