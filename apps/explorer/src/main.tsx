/** Puts the page into its document. */
import { render } from 'preact';
import { App } from './app.js';
import { startEarly } from './engine/client.js';
import './styles/index.css';

startEarly(location.hash);
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
