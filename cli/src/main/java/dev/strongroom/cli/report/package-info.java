/** The certificate as a page: where memory goes, and what could be given for less of it. */
package dev.strongroom.cli.report;
