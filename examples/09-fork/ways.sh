# ways.sh - a process that has touched 16 MiB forks, and one of the two or both write to them.
needs_sampled_faults

way nothing -- fork_nothing 16M
way 'child writes' -- child_writes 16M
way 'parent writes' -- parent_writes 16M
way 'parent writes 1 %' -- parent_writes 16M 100
way 'both write' -- both_write 16M
way 'parent alone' -- parent_alone 16M
way 'child alone' -- child_alone 16M
way 'both first' -- both_first 16M
way 'fork and exec' -- fork_exec 16M true
way 'vfork and exec' -- vfork_exec 16M true
way posix_spawn -- spawn 16M true
