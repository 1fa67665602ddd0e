/** The first word of the command line of a podrun that begins in the background: it is told the rest on its standard input. */
export const backgroundWord = '__supervise';
