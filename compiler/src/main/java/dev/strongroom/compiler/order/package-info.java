/** Which step runs when: the order of execution with the least memory at its peak. */
package dev.strongroom.compiler.order;
