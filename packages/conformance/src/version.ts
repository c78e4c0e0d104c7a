/**
 * Version of this package, as it stands in reports and traces. Written out, because a browser has no package.json;
 * a test compares the two, and `npm run stamp` corrects it when a release sets the versions.
 */
export const VERSION: string = '0.1.0';
