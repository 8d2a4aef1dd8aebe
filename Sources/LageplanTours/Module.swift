// Tours
