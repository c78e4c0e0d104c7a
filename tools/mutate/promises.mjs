/** How the names of those begin that ask what a race promises, in checked mode. */
export const PROMISES = 'promises ';
