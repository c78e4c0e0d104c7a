/** Puts the page into its document. */
import { render } from 'preact';
import { App } from './app.js';
import './styles/tokens.css';
import './styles/app.css';
import './styles/screens.css';
import './styles/page.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
