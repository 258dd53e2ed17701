export { saveBeforeResponse } from './stores/save-before-response.ts';
export { saved } from './stores/saved.ts';
