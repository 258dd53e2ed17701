import './session-model.test.ts';
